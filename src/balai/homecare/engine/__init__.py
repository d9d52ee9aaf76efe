"""The pure core of Home Care: no database, no clock, no unseeded chance."""
