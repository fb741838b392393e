"""Tests of resolve: scenarios evaluated on small trees."""
