package forms_test

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// unmanned is an office in which nobody administers some systems.
type unmanned struct {
	office
	systems map[string]string // and why a request cannot name them
}

func (u unmanned) Withheld(path string, n forms.Need) (forms.Text, bool) {
	why, yes := u.systems[n.ID]
	return forms.Text{"zh-TW": why}, yes && path == "lines.system" && n.List == "register/systems"
}

// What may not be chosen is refused at its row with the reason, in a draft that is
// checked and when it is sent; a draft is kept with it.
func TestARowThatIsWithheldIsRefusedWhereItIsChosen(t *testing.T) {
	f := accountRequest(t)
	sent, bad := f.Decode([]byte(threeRows))
	if bad != nil {
		t.Fatal(bad)
	}
	lookup := unmanned{qinghai(), map[string]string{"S02": "「公文系統」目前無人可辦，請洽資訊單位指定人員。"}}
	for _, draft := range []bool{true, false} {
		_, bad := f.Accept(forms.CheckContext{Draft: draft, Lookup: lookup, Today: monday}, nil, sent)
		if len(bad) != 1 || bad[0].Code != "ref_withheld" || bad[0].Path() != "lines.2.system" || bad[0].Message("zh-TW") != lookup.systems["S02"] {
			t.Errorf("draft %v: %v", draft, bad.Messages("zh-TW"))
		}
	}
	kept, bad := f.Accept(forms.CheckContext{Draft: true, Keep: true, Lookup: lookup, Today: monday}, nil, sent)
	if row, _ := kept.RowByID("lines", "rowb"); len(bad) != 0 || row["system"] == nil {
		t.Errorf("a draft that is kept: %v, %v", row, bad)
	}
}
