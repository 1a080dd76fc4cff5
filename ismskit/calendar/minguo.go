package calendar

import (
	"fmt"
	"time"
)

// minguoOffset is the Gregorian year before 民國 1.
const minguoOffset = 1911

// maxMinguo is the last Minguo year written as such: with four digits it could no
// longer be told from a Gregorian year.
const maxMinguo = 999

var weekdayNames = [...]string{"日", "一", "二", "三", "四", "五", "六"}

// ROCYear returns the Minguo year of d: 115 for 2026. It is 0 or less before
// 民國 1 (1912).
func (d Date) ROCYear() int { return d.Year - minguoOffset }

// ROC returns d as 115.11.23, and "" for no date. Dates outside 民國 1 to 999 keep
// their Gregorian year (1911.10.10); [ParseDate] reads both back.
func (d Date) ROC() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.%02d.%02d", writtenYear(d.Year), int(d.Month), d.Day)
}

// ROCText returns d as 115年11月23日, and "" for no date, with the year as in
// [Date.ROC].
func (d Date) ROCText() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d年%d月%d日", writtenYear(d.Year), int(d.Month), d.Day)
}

// ROCWeekday returns d as 115.11.23（一）, and "" for no date.
func (d Date) ROCWeekday() string {
	if d.IsZero() {
		return ""
	}
	return d.ROC() + "（" + weekdayName(d.Weekday()) + "）"
}

func weekdayName(w time.Weekday) string { return weekdayNames[w] }

func writtenYear(gregorian int) int {
	if y := gregorian - minguoOffset; y >= 1 && y <= maxMinguo {
		return y
	}
	return gregorian
}
