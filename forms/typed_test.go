package forms_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/forms"
)

// Half a date in JSON is kept as it was typed, under the name it has on a page; what makes no sense at all is refused.
func TestADraftIsReadAsFarAsItCanBe(t *testing.T) {
	f := accountRequest(t)
	v, typed, invalid := f.DecodeDraft([]byte(`{"op":"add","reason":null,"lines":[
		{"_row":"a","purpose":"公文"},
		{"_row":"b","purpose":"信箱","valid":{"from":"2026-13","to":"2027-01-01"}}]}`))
	if len(invalid) > 0 {
		t.Fatal(invalid)
	}
	if diff := cmp.Diff(forms.Posted{"lines.2.valid.from": {"2026-13"}, "lines.2.valid.to": {"2027-01-01"}}, typed); diff != "" {
		t.Errorf("typed: %s", diff)
	}
	if reason, given := v["reason"]; !given || reason != nil || v["op"] != "add" || len(v["lines"].([]forms.Row)) != 2 {
		t.Errorf("values: %v", v)
	}
	if wrong := f.Misread(v, typed, nil); len(wrong) != 1 || wrong[0].Path() != "lines.2.valid.from" {
		t.Errorf("complaints: %v", wrong)
	}

	for _, text := range []string{`{"opp":"add"}`, `{"lines":"x"}`, `{"lines":["x"]}`, `{"request_no":"1"}`, `{"op":`, `{"lines":[{"_row":"a"},{"_row":"a"}]}`} {
		if _, _, invalid := f.DecodeDraft([]byte(text)); len(invalid) == 0 {
			t.Errorf("%s was read", text)
		}
	}
}

// More rows than there may be are not thrown away.
func TestTooManyRowsAreKeptAsTyped(t *testing.T) {
	f := accountRequest(t)
	posted := forms.Posted{}
	for n := 1; n <= 21; n++ {
		posted["lines."+strconv.Itoa(n)+".purpose"] = []string{"用途"}
	}
	posted = f.Tidy(posted)
	v, invalid := f.FromText(posted, nil)
	if len(invalid) != 1 || invalid[0].Code != "too_many_rows" || v["lines"] != nil {
		t.Fatalf("%v %v", v, invalid)
	}
	typed := f.Unread(posted, invalid)
	if len(typed) != 21 {
		t.Errorf("kept %d of 21", len(typed))
	}
	if wrong := f.Misread(v, typed, nil); len(wrong) != 1 || wrong[0].Code != "too_many_rows" {
		t.Errorf("complaints: %v", wrong)
	}
}

// What is sent lies over what is kept; a field sent again takes its old texts along.
func TestChangesLieOverWhatIsKept(t *testing.T) {
	f := accountRequest(t)
	old := forms.Values{"op": "add", "reason": "原事由", "lines": []forms.Row{
		{forms.RowID: "a", "purpose": "公文"}, {forms.RowID: "b", "purpose": "信箱"},
	}}
	got := f.Merge(old, forms.Values{"reason": nil, "lines": []forms.Row{{forms.RowID: "b", "remark": "急"}, {forms.RowID: "c"}}})
	want := forms.Values{"op": "add", "lines": []forms.Row{
		{forms.RowID: "b", "purpose": "信箱", "remark": "急"}, {forms.RowID: "c"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := f.Merge(old, nil); !cmp.Equal(old, got) {
		t.Errorf("nothing sent: %v", got)
	}
	if got := f.Merge(old, f.Whole(forms.Values{"op": "add"})); !cmp.Equal(forms.Values{"op": "add"}, got) {
		t.Errorf("a whole form with one answer: %v", got)
	}

	kept := forms.Posted{"reason": {"x"}, "lines.1.purpose": {"y"}, "nobody": {"z"}}
	if got := f.MergeTyped(kept, forms.Values{"reason": "新"}, forms.Posted{"op": {"?"}}); !cmp.Equal(forms.Posted{"lines.1.purpose": {"y"}, "op": {"?"}}, got) {
		t.Errorf("typed: %v", got)
	}
}
