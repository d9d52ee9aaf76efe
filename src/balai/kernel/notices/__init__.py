"""Messages to people, over any channel, in their language and outside quiet hours."""
