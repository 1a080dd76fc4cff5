package ismskit

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// Every way to find people has its words.
func TestEveryWayToFindPeopleSaysWhy(t *testing.T) {
	for _, kind := range []workflow.WhoKind{workflow.WhoPerson, workflow.WhoPost, workflow.WhoRole, workflow.WhoRegisterRole, workflow.WhoApplicant, workflow.WhoField, workflow.WhoUnitHead,
		workflow.WhoManagerOf, workflow.WhoLevelsUp, workflow.WhoSameAs, workflow.WhoChosen, workflow.WhoAbove, workflow.WhoParentAgency} {
		for _, lang := range []string{"zh-TW", "en"} {
			if why := plainly(workflow.Who{Kind: kind}).In(lang); why == "" || strings.HasPrefix(why, "why.") {
				t.Errorf("%s says nothing in %s", kind, lang)
			}
		}
	}
}
