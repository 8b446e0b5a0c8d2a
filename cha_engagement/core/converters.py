class ReferenceConverter:
    """A reference such as `INC-2026-0042`: nothing else reaches the database."""

    regex = r"[A-Z]{3}-[0-9]{4}-[0-9]{4,9}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
