"""What all tests share."""

from hypothesis import HealthCheck, settings

# The machine is shared by several workers: how long one example takes says nothing.
settings.register_profile("default", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", parent=settings.get_profile("default"), max_examples=1000)
settings.load_profile("default")
