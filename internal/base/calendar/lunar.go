package calendar

import "math"

// Lunar is a date of the Vietnamese lunar calendar. Leap marks a second month of the
// same number.
type Lunar struct {
	Year, Month, Day int
	Leap             bool
}

// The calendar follows the rules of 1984 as published by Hồ Ngọc Đức: a month begins on
// the day of the new moon at UTC+7, the month with the winter solstice is the eleventh,
// and of thirteen months between two solstices the first without a principal term is the
// leap one. New moons and the sun's longitude are from Jean Meeus, Astronomical
// Algorithms (1998), ch. 25 and 49, truncated as Đức truncates them.

const zone = 7.0 / 24 // Vietnam's time, in days

// julian is the Julian day number that begins at noon of the day.
func (d Day) julian() int { return int(d) + 2440587 }

func fromJulian(jd int) Day { return Day(jd - 2440587) }

// newMoon is the day of the k-th new moon since 1 January 1900.
func newMoon(k int) int {
	t := float64(k) / 1236.85
	t2, t3 := t*t, t*t*t
	const dr = math.Pi / 180
	jd := 2415020.75933 + 29.53058868*float64(k) + 0.0001178*t2 - 0.000000155*t3
	jd += 0.00033 * math.Sin((166.56+132.87*t-0.009173*t2)*dr)
	m := 359.2242 + 29.10535608*float64(k) - 0.0000333*t2 - 0.00000347*t3   // sun's mean anomaly
	mp := 306.0253 + 385.81691806*float64(k) + 0.0107306*t2 + 0.00001236*t3 // moon's mean anomaly
	f := 21.2964 + 390.67050646*float64(k) - 0.0016528*t2 - 0.00000239*t3   // moon's argument of latitude
	c := (0.1734-0.000393*t)*math.Sin(m*dr) + 0.0021*math.Sin(2*dr*m)
	c += -0.4068*math.Sin(mp*dr) + 0.0161*math.Sin(dr*2*mp) - 0.0004*math.Sin(dr*3*mp)
	c += 0.0104*math.Sin(dr*2*f) - 0.0051*math.Sin(dr*(m+mp)) - 0.0074*math.Sin(dr*(m-mp))
	c += 0.0004*math.Sin(dr*(2*f+m)) - 0.0004*math.Sin(dr*(2*f-m)) - 0.0006*math.Sin(dr*(2*f+mp))
	c += 0.0010*math.Sin(dr*(2*f-mp)) + 0.0005*math.Sin(dr*(2*mp+m))
	var dt float64 // dynamical minus universal time
	if t < -11 {
		dt = 0.001 + 0.000839*t + 0.0002261*t2 - 0.00000845*t3 - 0.000000081*t*t3
	} else {
		dt = -0.000278 + 0.000265*t + 0.000262*t2
	}
	return int(math.Floor(jd + c - dt + 0.5 + zone))
}

// sunSector is the twelfth of the ecliptic where the sun stands at midnight that begins
// the day: 0 from the March equinox, 9 from the winter solstice.
func sunSector(jd int) int {
	t := (float64(jd) - 0.5 - zone - 2451545) / 36525
	t2 := t * t
	const dr = math.Pi / 180
	m := 357.52910 + 35999.05030*t - 0.0001559*t2 - 0.00000048*t*t2
	l0 := 280.46645 + 36000.76983*t + 0.0003032*t2
	dl := (1.914600 - 0.004817*t - 0.000014*t2) * math.Sin(dr*m)
	dl += (0.019993-0.000101*t)*math.Sin(dr*2*m) + 0.000290*math.Sin(dr*3*m)
	l := math.Mod(l0+dl, 360)
	if l < 0 {
		l += 360
	}
	return int(l / 30)
}

// moonsSince1900 is the number of the new moon near a day.
func moonsSince1900(jd int) int {
	return int(math.Floor((float64(jd) - 2415021.076998695) / 29.530588853))
}

// month11 is the first day of the lunar month that holds the winter solstice of a year.
func month11(year int) int {
	k := int(math.Floor(float64(Date(year, 12, 31).julian()-2415021) / 29.530588853))
	start := newMoon(k)
	if sunSector(start) >= 9 {
		start = newMoon(k - 1)
	}
	return start
}

// leapOffset counts the months from the eleventh to the leap month behind it.
func leapOffset(a11 int) int {
	k := int(math.Floor((float64(a11)-2415021.076998695)/29.530588853 + 0.5))
	last := sunSector(newMoon(k + 1))
	for i := 2; i < 15; i++ {
		arc := sunSector(newMoon(k + i))
		if arc == last {
			return i - 1
		}
		last = arc
	}
	return 14
}

// Lunar is the lunar date of the day.
func (d Day) Lunar() Lunar {
	jd := d.julian()
	k := moonsSince1900(jd)
	start := newMoon(k + 1)
	if start > jd {
		start = newMoon(k)
	}
	year, _, _ := d.Date()
	a11, b11 := month11(year), 0
	l := Lunar{Year: year + 1, Day: jd - start + 1}
	if a11 >= start {
		l.Year = year
		a11, b11 = month11(year-1), a11
	} else {
		b11 = month11(year + 1)
	}
	diff := (start - a11) / 29
	l.Month = diff + 11
	if b11-a11 > 365 {
		if leap := leapOffset(a11); diff >= leap {
			l.Month = diff + 10
			l.Leap = diff == leap
		}
	}
	if l.Month > 12 {
		l.Month -= 12
	}
	if l.Month >= 11 && diff < 4 {
		l.Year--
	}
	return l
}

// Solar is the day of the lunar date; ok is false if there is none (a leap month that the
// year has not, a 30th of a short month).
func (l Lunar) Solar() (d Day, ok bool) {
	if l.Month < 1 || l.Month > 12 || l.Day < 1 || l.Day > 30 || l.Year < 1800 || l.Year > 2200 {
		return 0, false
	}
	a11, b11 := month11(l.Year-1), month11(l.Year)
	if l.Month >= 11 {
		a11, b11 = month11(l.Year), month11(l.Year+1)
	}
	off := l.Month - 11
	if off < 0 {
		off += 12
	}
	if b11-a11 > 365 {
		if leap := leapOffset(a11); l.Leap && off+1 == leap || off >= leap {
			off++
		}
	}
	k := int(math.Floor(0.5 + (float64(a11)-2415021.076998695)/29.530588853))
	d = fromJulian(newMoon(k+off) + l.Day - 1)
	return d, d.Lunar() == l
}
