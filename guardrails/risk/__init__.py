"""Loss bounds, the exact model of the limiter, and what history says about parameters."""
