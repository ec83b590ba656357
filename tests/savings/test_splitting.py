"""Each change in spending falls into four effects that add up to the penny."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from marketplace.savings.splitting import Terms, Trade, contracted, split, steps

D = Decimal
amounts = some.decimals(min_value="0.000001", max_value="1000000", places=6)
trades = some.builds(
    Trade,
    expected_volume=amounts,
    expected_price=amounts,
    volume=some.decimals(min_value=0, max_value="1000000", places=6),
    price=some.decimals(min_value=0, max_value="1000000", places=6),
    index=some.decimals(min_value="0.5", max_value="2", places=6),
    specification=some.decimals(min_value="-1000", max_value="1000", places=6),
)


@given(trades)
def test_the_effects_add_up_to_the_change_to_the_penny(trade):
    found = split(trade)
    effects = (
        found.volume_effect,
        found.index_effect,
        found.specification_effect,
        found.price_effect,
    )
    assert found.expected + sum(effects) == found.spent
    assert all(each == each.quantize(D("0.01")) for each in effects)
    assert abs(found.spent - trade.volume * trade.price) <= D("0.005")


@given(trades)
def test_an_effect_without_its_cause_is_nothing(trade):
    still = Trade(trade.expected_volume, trade.expected_price, trade.volume, trade.expected_price)
    found = split(still)
    assert (found.index_effect, found.specification_effect, found.price_effect) == (0, 0, 0)
    same = Trade(trade.volume or D(1), trade.expected_price, trade.volume or D(1), trade.price)
    assert split(same).volume_effect == 0


def test_buying_less_or_plainer_is_no_saving_and_an_index_hides_none():
    fewer = split(Trade(D(100), D(10), D(50), D(10)))
    assert (fewer.change, fewer.saving) == (D(-500), D(0))
    plainer = split(Trade(D(100), D(10), D(100), D(8), specification=D(-2)))
    assert (plainer.change, plainer.saving) == (D(-200), D(0))
    dearer = split(Trade(D(100), D(10), D(100), D(10), index=D("1.05")))
    assert (dearer.change, dearer.saving) == (D(0), D(50)), "the price stood still as others rose"


def test_what_is_signed_below_the_price_alone_is_all_price():
    found = contracted(D("1000.01"), D("940.00"))
    assert (found.price_effect, found.saving) == (D("-60.01"), D("60.01"))
    assert (found.volume_effect, found.index_effect, found.specification_effect) == (0, 0, 0)


money = some.decimals(min_value="100", max_value="10000000", places=2)
EFFECTS = ("volume_effect", "index_effect", "specification_effect", "price_effect")


@given(money, some.decimals(0, 1, places=4), money, money, some.lists(trades, max_size=3))
def test_each_step_begins_where_the_one_before_ended_and_adds_up(
    planned, share, alone, signed, reported
):
    saving = (planned * share).quantize(D("0.01"))
    first, second, *last = [
        each.change for each in steps(Terms(planned, saving, alone, signed), reported)
    ]
    assert (first.expected, first.spent) == (planned, planned - saving)
    assert (second.expected, second.spent) == (planned - saving, signed)
    for each in (first, second, *last):
        assert sum(getattr(each, name) for name in EFFECTS) == each.change
    assert first.price_effect == -saving
    assert len(last) == bool(reported)


def test_a_part_that_shrank_before_the_award_is_volume_and_no_saving():
    found = steps(Terms(D(1000), D(100), D(500), D(440)), [])[1].change
    assert (found.volume_effect, found.price_effect) == (D(-450), D(-10))
