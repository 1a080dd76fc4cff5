package calendar_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Every day that the national calendar names has an English name, and what an office
// names itself stays as it is.
func TestTheDaysOfTheNationalCalendarHaveEnglishNames(t *testing.T) {
	named := 0
	for _, day := range calendar.Taiwan().Days() {
		if day.Name == "" {
			continue
		}
		named++
		if day.NameIn("en") == day.Name || day.NameIn("zh-TW") != day.Name {
			t.Errorf("%s %s is %q in English, %q in Chinese", day.Date, day.Name, day.NameIn("en"), day.NameIn("zh-TW"))
		}
	}
	if named < 100 {
		t.Errorf("only %d days are named", named)
	}
	if own := (calendar.Day{Name: "颱風停班"}); own.NameIn("en") != "颱風停班" {
		t.Error(own.NameIn("en"))
	}
}
