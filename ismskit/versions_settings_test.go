package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// sets fills in settings of a draft as a whole and keeps it.
func (o *office) sets(d ismskit.Design, values forms.Values) ismskit.Design {
	o.t.Helper()
	f, err := d.SettingsForm()
	if err != nil {
		o.t.Fatal(err)
	}
	for key, v := range values {
		f.Values[key] = v
	}
	if wrong := f.Wrong(f.Values); len(wrong) > 0 {
		o.t.Fatal(wrong)
	}
	return o.saves(d, d.FillSettings(f.Values))
}

func someone(id string) forms.Row {
	return forms.Row{forms.RowID: "abcd2345", "way": "person", "persons": []forms.Person{{Kind: forms.InDirectory, ID: id}}}
}

// The officer says who manages the cases of a form, that none is withdrawn once it is sent, and
// that nothing is taken back: what begins afterwards goes by it, what is on its way does not.
func TestAnOfficerChangesWhatHoldsForTheWholeFlow(t *testing.T) {
	onStores(t, func(t *testing.T, store ismskit.Store) {
		o := designs(t, store, memo(t, memoFlow))
		before := o.memo()
		d := o.sets(o.draftOf("memo"), forms.Values{"withdraw": "never", "take_back": "never", "officers": []forms.Row{someone("P01")}})
		if d.Flow.Withdraw != workflow.WithdrawNever || d.Flow.TakeBack != workflow.TakeBackNever || len(d.Flow.Officers) != 1 || len(d.Flow.Registry) != 1 || len(d.Unheld) > 0 || d.Blocks() {
			t.Errorf("the draft is %+v, %v, %v", d.Flow, d.Unheld, d.Problems)
		}
		if d.Former == nil || d.Former.Version != "1" || len(d.Former.Flow.Officers) != 1 || d.Former.Flow.Officers[0].Kind != workflow.WhoRole {
			t.Errorf("it is compared with %+v", d.Former)
		}
		o.brings(d, "送出後不得撤案")

		after := o.memo()
		no := ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "不需要了"}
		o.refused(workflow.ErrWithdraw, "P13", after, no)
		o.act("P11", after, ismskit.Action{Verb: workflow.VerbApprove})
		o.refused(workflow.ErrTakeBack, "P11", after, ismskit.Action{Verb: workflow.VerbTakeBack, Comment: "附件有誤"})
		if may := o.may("P01", after); !slices.Contains(may, workflow.VerbVoid) || !slices.Contains(may, workflow.VerbReassign) {
			t.Errorf("who manages it now may %v", may)
		}
		if _, err := o.kit.Act(o.ctx, o.as("P04"), after, ismskit.Action{Verb: workflow.VerbVoid, Comment: "誤繕"}); err == nil {
			t.Error("who managed the others declares it void")
		}
		o.act("P11", before, ismskit.Action{Verb: workflow.VerbApprove})
		if may := o.may("P01", before); slices.Contains(may, workflow.VerbVoid) {
			t.Errorf("of the one on its way he may %v", may)
		}
		o.act("P11", before, ismskit.Action{Verb: workflow.VerbTakeBack, Comment: "附件有誤"})
		o.act("P13", before, no)

		shown, err := o.versions().Flow(o.ctx, o.as("P04"), "memo", "")
		if err != nil || shown.Version != "1-1" || shown.Former == nil || shown.Former.Version != "1" || shown.Former.Flow.Withdraw != "" {
			t.Errorf("published, it is compared with %+v, %v", shown.Former, err)
		}
		if first, err := o.versions().Flow(o.ctx, o.as("P04"), "memo", "1"); err != nil || first.Former != nil {
			t.Errorf("the first is compared with %+v, %v", first.Former, err)
		}
	})
}

// What is wrong with a setting is said of it, with the names of steps that the draft has no more;
// whom nobody is at present is told, and keeps it from nothing.
func TestWhatIsWrongWithASettingIsSaidOfIt(t *testing.T) {
	o := designs(t, memory.New(), memo(t, memoFlow))
	d := o.sets(o.draftOf("memo"), forms.Values{
		"separate": []forms.Row{{forms.RowID: "abcd2345", "apart_steps": []string{"head", "chief"}}},
		"officers": []forms.Row{{forms.RowID: "abcd2346", "way": "person"}},
		"picks":    []forms.Row{{forms.RowID: "abcd2347", "chosen_step": "chief"}},
	})
	flow, err := d.Flow.Without("root.sequence[0]")
	if err != nil {
		t.Fatal(err)
	}
	d = o.saves(d, flow)
	said := map[string]string{}
	for _, p := range d.Problems {
		said[p.Setting()] += p.Text.In("zh-TW")
	}
	if len(said) != 3 || !strings.Contains(said[ismskit.SettingSeparate], "沒有「科長」這個關卡") || !strings.Contains(said[ismskit.SettingChoose], "「局長」的辦理人員不是由他人指定") || said[ismskit.SettingOfficers] == "" {
		t.Errorf("what is wrong: %v", said)
	}
	if _, err := o.versions().Publish(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Seen: d.Draft.Revision, Reason: "試"}); !isUnpublishable(err) {
		t.Errorf("it is published: %v", err)
	}

	d = o.sets(d, forms.Values{"separate": nil, "picks": nil, "officers": []forms.Row{someone("P99")}})
	if len(d.Problems) > 0 || !slices.Equal(d.Unheld, []string{ismskit.SettingOfficers}) || d.Blocks() {
		t.Errorf("it lacks %v, %v", d.Unheld, d.Problems)
	}
	o.brings(d, "尚待指派")
	shown, err := o.versions().Flow(o.ctx, o.as("P04"), "memo", "")
	if err != nil || !slices.Equal(shown.Unheld, []string{ismskit.SettingOfficers}) {
		t.Errorf("published, it lacks %v, %v", shown.Unheld, err)
	}
}

func isUnpublishable(err error) bool {
	_, is := errors.AsType[*ismskit.Unpublishable](err)
	return is
}
