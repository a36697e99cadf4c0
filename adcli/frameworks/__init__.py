"""Other frameworks of automatic differentiation: programs in their words, run beside adcli."""
