"""What Stripe knows us by."""

from dataclasses import dataclass

from common.settings import SettingsError

_LIVE = ("sk_live_", "rk_live_")
_TEST = ("sk_test_", "rk_test_")


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeKeys:
    """An account's keys; never shown."""

    secret_key: str
    publishable_key: str
    #: Several while one takes the other's place.
    webhook_secrets: tuple[str, ...] = ()
    #: Another address than Stripe's own: of a fake, in tests.
    api_base: str = ""

    @property
    def livemode(self) -> bool:
        return self.secret_key.startswith(_LIVE)

    def __repr__(self) -> str:
        return f"StripeKeys(livemode={self.livemode})"

    def check(self, *, production: bool = False) -> "StripeKeys":
        """Raises `SettingsError` for keys that are none, or not of one mode.

        In production also for test keys, which hand out tickets and take no money, and
        for no secret of webhooks, without which no news of Stripe counts.
        """
        if not self.secret_key.startswith(_LIVE + _TEST):
            raise SettingsError("STRIPE_SECRET_KEY must be a secret key: sk_…, rk_…")
        if production and not self.livemode:
            raise SettingsError(
                "TICKETING_ENV=production refuses Stripe's test keys, which take no"
                " money: set STRIPE_SECRET_KEY to a live one."
            )
        mode = "pk_live_" if self.livemode else "pk_test_"
        if not self.publishable_key.startswith(mode):
            raise SettingsError(f"STRIPE_PUBLISHABLE_KEY must begin with {mode}")
        if not all(secret.startswith("whsec_") for secret in self.webhook_secrets):
            raise SettingsError("STRIPE_WEBHOOK_SECRETS must each begin with whsec_")
        if production and not self.webhook_secrets:
            raise SettingsError(
                "TICKETING_ENV=production needs STRIPE_WEBHOOK_SECRETS: set it to the"
                " signing secret of the endpoint in Stripe's dashboard."
            )
        return self
