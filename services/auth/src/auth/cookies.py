"""The session's cookie: not for scripts, not for other sites, as long as its token."""

from datetime import timedelta

from litestar.datastructures import Cookie

from common.http import cookie_name

SET = Cookie(
    key=cookie_name(None),
    description="The token: of a member for 12 hours, of a guest for 400 days.",
    httponly=True,
    samesite="lax",
    documentation_only=True,
)


class SessionCookie:
    """Over https only https may set it: its name starts with `__Host-`."""

    def __init__(self, public_url: str) -> None:
        self._name = cookie_name(public_url)
        self._secure = self._name.startswith("__Host-")

    def holding(self, token: str, *, life: timedelta) -> Cookie:
        return self._cookie(token, max_age=round(life.total_seconds()))

    def gone(self) -> Cookie:
        return self._cookie("", max_age=0)

    def _cookie(self, value: str, *, max_age: int) -> Cookie:
        return Cookie(
            key=self._name,
            value=value,
            max_age=max_age,
            path="/",
            httponly=True,
            secure=self._secure,
            samesite="lax",
        )
