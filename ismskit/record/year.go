package record

import "time"

// minguoOffset is the distance from the Gregorian to the Minguo year.
const minguoOffset = 1911

// WorkingYear returns the working year (作業年度) of what was submitted at a
// moment, as a Minguo year in the office's own time zone: a draft of 115.12.31
// sent on 116.1.2 belongs to 116 (U12). It is 0 for a moment that isn't there.
func WorkingYear(submitted time.Time, office *time.Location) int {
	if submitted.IsZero() {
		return 0
	}
	return submitted.In(office).Year() - minguoOffset
}
