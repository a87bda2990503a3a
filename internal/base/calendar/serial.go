package calendar

// serialZero is day 0 of spreadsheets, 1899-12-30.
const serialZero = Day(-25568)

// Serial is the number a spreadsheet stores for the day: 45291 for 31/12/2023.
func (d Day) Serial() int64 {
	n := int64(d - serialZero)
	if n <= 60 {
		n-- // spreadsheets believe in 29/2/1900
	}
	return n
}

// FromSerial is the day of a spreadsheet's serial; ok is false below 1900 and above 9999.
func FromSerial(n int64) (Day, bool) {
	if n < 1 || n > 2958465 || n == 60 {
		return 0, false
	}
	if n < 60 {
		n++
	}
	return Day(n) + serialZero, true
}
