package calendar

import (
	"testing"
	"time"
)

func TestTheYearThatShouldBeLoaded(t *testing.T) {
	c := taiwan() // to 2027
	tests := []struct {
		on   string
		want int
	}{
		{"2026-12-31", 0}, {"2027-09-30", 0}, {"2027-10-01", 2028}, {"2027-12-31", 2028}, {"2028-01-01", 2028}, {"2016-11-01", 2016},
	}
	for _, test := range tests {
		if got := c.Wanted(day(t, test.on)); got != test.want {
			t.Errorf("on %s: %d, want %d", test.on, got, test.want)
		}
	}
	if c.Last() != 2027 || (*Calendar)(nil).Last() != 0 {
		t.Errorf("the last year: %d", c.Last())
	}
}

func TestDaysThatDiffer(t *testing.T) {
	c := taiwan()
	newYear := Date{Year: 2027, Month: time.January, Day: 1}
	same := c.Day(newYear)
	other := same
	other.Name = "元旦"
	unknown := Day{Date: Date{Year: 2028, Month: time.March, Day: 1}}
	if got := c.Differing([]Day{unknown, other}); len(got) != 2 || got[0] != other || got[1] != unknown {
		t.Errorf("%v", got)
	}
	if got := c.With([]Closure{{Date: newYear.AddDays(3), Reason: "颱風"}}).Differing([]Day{same, {Date: newYear.AddDays(3)}}); len(got) != 0 {
		t.Errorf("a closure is no issue: %v", got)
	}
}
