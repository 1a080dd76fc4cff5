package forms_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// A sheet may have two cells for a period. What stands behind a period and is meant for the
// next column stays there.
func TestAPastedPeriodTakesTwoCellsWhereTheyAreItsOwn(t *testing.T) {
	for _, c := range []struct{ columns, cells, want []string }{
		{[]string{"text", "period", "text"}, []string{"a", "115.12.01", "116.11.30", "b"}, []string{"a", "115.12.01 至 116.11.30", "b"}},
		{[]string{"period", "text"}, []string{"1151201", "1161130", "b"}, []string{"1151201 至 1161130", "b"}},
		{[]string{"period", "text"}, []string{"115.12.01", "無期限（常設）", "b"}, []string{"115.12.01 無期限（常設）", "b"}},
		{[]string{"period", "text"}, []string{"115.12.01", "116.02.30"}, []string{"115.12.01 至 116.02.30"}},
		{[]string{"period", "date"}, []string{"115.12.01", "116.11.30", "115.12.05"}, []string{"115.12.01 至 116.11.30", "115.12.05"}},
		{[]string{"period", "period"}, []string{"115.12.01", "116.11.30", "115.12.01", "116.11.30"}, []string{"115.12.01 至 116.11.30", "115.12.01 至 116.11.30"}},
		{[]string{"period", "date"}, []string{"115.12.01", "115.12.05", "", ""}, []string{"115.12.01", "115.12.05"}},
		{[]string{"period", "text"}, []string{"115.12.01", "12345678"}, []string{"115.12.01", "12345678"}},
		{[]string{"period", "text"}, []string{"115.12.01", "無期限使用之理由"}, []string{"115.12.01", "無期限使用之理由"}},
	} {
		if got := forms.JoinPeriods(c.columns, c.cells); !slices.Equal(got, c.want) {
			t.Errorf("%q in columns of %v are %q, want %q", c.cells, c.columns, got, c.want)
		}
	}
}
