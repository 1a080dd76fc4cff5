package forms_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// Where a type is missing, what was filled in is still read, shown and written
// byte for byte as it was.
func TestAFormIsReadWithoutOneOfItsTypes(t *testing.T) {
	s := forms.Schema{Key: "visit", Version: "1", Title: forms.Text{"zh-TW": "進出機房"}, Fields: []forms.Field{
		{Key: "hours", Type: "integer", Label: forms.Text{"zh-TW": "時數"}},
		{Key: "fee", Type: "computed", Label: forms.Text{"zh-TW": "費用"}, Compute: "hours * 300", Params: map[string]any{"result": "integer"}},
		{Key: "lines", Type: "table", Label: forms.Text{"zh-TW": "機櫃"}, Fields: []forms.Field{
			{Key: "place", Type: "rack", Label: forms.Text{"zh-TW": "位置"}},
		}},
	}, Rules: []forms.Rule{{Key: "short", Then: "hours < 8", Message: forms.Text{"zh-TW": "不得逾 8 小時"}, Fields: []string{"hours"}}}}
	form, missing, err := forms.CompileToRead(s, forms.StandardTypes())
	if err != nil || !slices.Equal(missing, []string{"rack"}) {
		t.Fatalf("missing %v, %v", missing, err)
	}
	stored := `{"fee":600,"hours":2,"lines":[{"_row":"r1abcdef","place":{"row":"A","unit":42}},{"_row":"r2abcdef","place":"A-7"}]}`
	values, invalid := form.Restore([]byte(stored))
	if len(invalid) > 0 {
		t.Fatal(invalid)
	}
	if got := string(form.EncodeJSON(values)); got != stored {
		t.Errorf("written again as %s", got)
	}
	for path, want := range map[string]string{"fee": "600", "lines.place": `{"row":"A","unit":42}`} {
		plain := any(int64(600))
		if path == "lines.place" {
			plain = map[string]any{"row": "A", "unit": int64(42)}
		}
		if got := form.FormatPlain(path, plain, forms.Locale{}); got != want {
			t.Errorf("%s is shown as %s, not %s", path, got, want)
		}
	}
	if _, err := forms.Compile(s, forms.StandardTypes()); err == nil {
		t.Error("the same form can be filled in")
	}
}
