package ismskit

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// A condition that was typed by hand and is wrong is reported in the reader's language, with the
// field as the form calls it and as a condition has to write it.
func TestAWrongConditionIsReportedInTheReadersLanguage(t *testing.T) {
	d, _ := purchaseDesign(t, "")
	for condition, want := range map[string]string{
		"作業 == 採購":     "沒有「作業」這個欄位代號",
		`op == "gift"`: "「作業」（op）沒有「gift」這個選項",
	} {
		found := namedProblems(d.names.form, nil, workflow.Problems{{Path: "root", Code: "condition", Params: map[string]string{"when": condition, "error": "expression: The expression is wrong"}}})
		if said := found[0].Text.In("zh-TW"); !strings.Contains(said, want) || strings.Contains(said, "expression") {
			t.Errorf("%s: %s", condition, said)
		}
	}
}
