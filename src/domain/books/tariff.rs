//! A tariff: a rate file compiled into a closed set of forms.
