"""Files that people take away."""

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "svg": "image/svg+xml"}


def download(content: bytes, name: str) -> Response:
    """An answer that the browser keeps as a file of that name."""
    kind = name.rpartition(".")[2]
    return Response(
        content,
        content_type=TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
