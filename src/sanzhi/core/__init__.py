"""What every room shares: money, dates, findings and units of measure."""
