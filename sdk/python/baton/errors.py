"""What can go wrong, as exceptions that become errors of the contract."""


class BatonError(Exception):
    """Anything that this package raises."""


class CapabilityError(BatonError):
    """Why a capability could not do what it was asked.

    `code` is `not-granted`, `not-found`, `not-allowed`, `invalid`, `limit`,
    `timeout`, `unavailable`, `payment-required`, `wrong-handle` or `failed`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class HandoffError(BatonError):
    """Raised in a hook, it refuses the handoff.

    `code` is `unavailable`, `not-allowed`, `payment-required` or `other`.
    """

    def __init__(self, message: str, *, code: str = "other") -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ToolError(BatonError):
    """Why a tool did not do what it was called for. Whoever called it reads this.

    `code` is `invalid-arguments`, `not-allowed` or `failed`.
    """

    def __init__(self, message: str, *, code: str = "failed") -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ContextError(BatonError):
    """A hook or tool wanted to change what is not its to change."""


class DeclarationError(BatonError):
    """A decorated function or a skill class is not what it has to be.

    The message begins with the place, as compilers write it.
    """
