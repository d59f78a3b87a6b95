"""Parts of the extra `policy`, imported when first used."""

from sanzhi.core.extras import parts_of

#: A module of the extra; `Unusable` (`policy.extra`) where it is not installed.
part = parts_of("policy", "policy")
