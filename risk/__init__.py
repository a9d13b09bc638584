"""Risk analytics for cross-border e-commerce: law, currency, logistics, intellectual property and quality."""
