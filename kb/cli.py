"""The command `kb`."""


def main() -> int:
    return 0
