"""What must be true after each step of whatever story: each a query for what would break it."""

BREAKERS = {
    "the record has no gaps": "SELECT 1 WHERE (SELECT count(*) FROM audit_entry)"
    " <> (SELECT coalesce(max(sequence), 0) FROM audit_entry)",
    "a requirement is in one lot at a time": "SELECT requirement_id FROM lot_member WHERE active"
    " GROUP BY requirement_id HAVING count(*) > 1",
    "a withdrawn requirement is in no lot": "SELECT r.id FROM requirement r JOIN lot_member m"
    " ON m.requirement_id = r.id AND m.active WHERE r.status = 'withdrawn'",
    "what is in tender is in a lot on the market": "SELECT r.id FROM requirement r WHERE"
    " r.status = 'in_tender' AND NOT EXISTS (SELECT 1 FROM lot_member m JOIN lot l ON l.id ="
    " m.lot_id WHERE m.requirement_id = r.id AND m.active AND l.status IN"
    " ('open', 'closed', 'opened'))",
    "what is contracted is in an awarded lot": "SELECT r.id FROM requirement r WHERE"
    " r.status = 'contracted' AND NOT EXISTS (SELECT 1 FROM lot_member m JOIN lot l ON l.id ="
    " m.lot_id WHERE m.requirement_id = r.id AND m.active AND l.status = 'awarded')",
    "a lot on the market has two authorities": "SELECT l.id FROM lot l WHERE l.status IN"
    " ('open', 'closed', 'opened', 'awarded') AND (SELECT count(DISTINCT m.authority_id) FROM"
    " lot_member m WHERE m.lot_id = l.id AND m.active) < 2",
    "a cancelled lot holds nobody and says why": "SELECT l.id FROM lot l WHERE l.status ="
    " 'cancelled' AND (l.cancelled_reason IS NULL OR EXISTS (SELECT 1 FROM lot_member m WHERE"
    " m.lot_id = l.id AND m.active))",
    "a published lot was confirmed by a second person": "SELECT l.id FROM lot l WHERE"
    " l.published_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pending_step s WHERE s.lot_id ="
    " l.id AND s.step = 'publish' AND s.ended = 'confirmed' AND s.ended_by_id <> s.asked_by_id)",
    "an award was confirmed by a second person": "SELECT a.id FROM award a WHERE NOT EXISTS"
    " (SELECT 1 FROM pending_step s WHERE s.lot_id = a.lot_id AND s.step = 'award'"
    " AND s.ended = 'confirmed' AND s.ended_by_id <> s.asked_by_id)",
    "a moved deadline was confirmed by a second person": "SELECT m.lot_id FROM deadline_move m"
    " GROUP BY m.lot_id HAVING count(*) <> (SELECT count(*) FROM pending_step s WHERE s.lot_id ="
    " m.lot_id AND s.step = 'extend' AND s.ended = 'confirmed' AND s.ended_by_id <> s.asked_by_id)",
    "nothing waits for a second person on a lot that is over": "SELECT s.id FROM pending_step s"
    " JOIN lot l ON l.id = s.lot_id WHERE s.ended IS NULL AND l.status IN ('awarded', 'cancelled')",
    "the deadline is where it was moved last": "SELECT m.id FROM deadline_move m JOIN lot l ON"
    " l.id = m.lot_id WHERE m.later > l.deadline",
    "no bid came at or after the deadline": "SELECT v.bid_id FROM bid_revision v JOIN bid b ON"
    " b.id = v.bid_id JOIN lot l ON l.id = b.lot_id WHERE v.received_at >= l.deadline",
    "the revisions of a bid are counted": "SELECT bid_id FROM bid_revision GROUP BY bid_id"
    " HAVING max(number) <> count(*)",
    "no price is readable before the opening": "SELECT p.bid_id FROM bid_price p JOIN bid b ON"
    " b.id = p.bid_id JOIN lot l ON l.id = b.lot_id WHERE l.opened_at IS NULL",
    "bids are opened after the deadline": "SELECT id FROM lot WHERE opened_at < deadline",
    "a withdrawn bid is never opened": "SELECT p.bid_id FROM bid_price p JOIN bid b ON"
    " b.id = p.bid_id WHERE b.status = 'withdrawn'",
    "an awarded lot has its award, and no other has one": "SELECT l.id FROM lot l WHERE"
    " (l.status = 'awarded') <> (SELECT count(*) FROM award a WHERE a.lot_id = l.id)",
    "each authority of an awarded lot has one contract": "SELECT a.id FROM award a WHERE"
    " (SELECT count(*) FROM contract c WHERE c.award_id = a.id) <> (SELECT count(DISTINCT"
    " m.authority_id) FROM lot_member m WHERE m.lot_id = a.lot_id AND m.active)",
    "contracts cost what the winner asked": "SELECT a.id FROM award a WHERE (SELECT sum(c.value)"
    " FROM contract c WHERE c.award_id = a.id) <> (SELECT sum(p.price) FROM bid_price p WHERE"
    " p.bid_id = a.bid_id)",
    "an approved proposal has its lot, and no other has one": "SELECT p.id FROM proposal p WHERE"
    " (p.status = 'approved') <> (SELECT count(*) FROM lot l WHERE l.proposal_id = p.id)",
    "an answer comes while bidders can use it": "SELECT c.id FROM clarification c JOIN lot l ON"
    " l.id = c.lot_id WHERE c.answered_at >= l.deadline",
    "whoever is removed is signed in nowhere": "SELECT s.id FROM sign_in s JOIN person p ON"
    " p.id = s.person_id WHERE NOT p.active AND s.ended_at IS NULL",
}
