"""Working time: holidays, office hours, and promises counted in them.

calendar = city_calendar(city)
due = calendar.add_working(submitted, hours=4)
left = calendar.working_minutes(now, due)
"""

from balai.kernel.calendars.calendar import Calendar, Pause
from balai.kernel.calendars.city import CalendarFault, calendar_from, city_calendar
from balai.kernel.calendars.public_holidays import Holiday, holidays_of

__all__ = [
    "Calendar",
    "CalendarFault",
    "Holiday",
    "Pause",
    "calendar_from",
    "city_calendar",
    "holidays_of",
]
