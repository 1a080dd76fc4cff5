package record_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/record"
)

var request = map[string]any{
	"reason": "調任收發窗口",
	"lines": []any{
		map[string]any{"system": map[string]any{"id": "S01", "name": "AD 帳號"}, "account": "qh150013"},
		map[string]any{"system": map[string]any{"id": "S02", "name": "公文系統"}, "account": "qh150013"},
		map[string]any{"system": map[string]any{"id": "S01", "name": "AD 帳號"}, "seats": int64(3)},
	},
	"also": []any{"S04", "S02"},
}

func TestTextHoldsEachLineOnce(t *testing.T) {
	got := record.Text("IS-04-012-115-0087", request, []string{"鍾明哲", "戶政科\t科員\x00", ""}, 115)
	for _, word := range []string{"IS-04-012-115-0087", "調任收發窗口", "公文系統", "qh150013", "鍾明哲", "戶政科 科員", "115"} {
		if !slices.Contains(strings.Split(got, "\n"), word) {
			t.Errorf("%q isn't found in %q", word, got)
		}
	}
	if strings.Count(got, "qh150013") != 1 {
		t.Errorf("a line occurs twice: %q", got)
	}
}

func TestTextEnds(t *testing.T) {
	long := strings.Repeat("長", record.MaxText/3-10)
	got := record.Text(long, "短", strings.Repeat("另", 100))
	if got != long+"\n短" {
		t.Errorf("%d bytes", len(got))
	}
}
