package ismskit

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// settingsOf is a flow of three steps with settings of the whole, as a flow has them.
func settingsOf(t *testing.T, settings string) Design {
	t.Helper()
	d := designOf(t, `{"sequence":[{"step":{"id":"a","name":{"zh-TW":"甲"},"kind":"review","who":[{"kind":"chosen"}]}},
		{"step":{"id":"b","name":{"zh-TW":"乙"},"kind":"review","who":[{"kind":"chosen"}]}},{"step":{"id":"c","name":{"zh-TW":"丙"},"kind":"approve","who":[{"kind":"chosen"}]}}]}`)
	if err := json.Unmarshal([]byte(settings), &d.Flow); err != nil {
		t.Fatal(err)
	}
	return d
}

const allSettings = `{"withdraw":"never","take_back":"3d","separate":[["c","applicant","a"],["b","c"]],
	"registry":[{"kind":"role","role":"desk","module":"records","because":{"zh-TW":"登記","ja":"受付"}},{"kind":"person","ids":["P02","P01"]}],
	"officers":[{"kind":"manager_of","of":"applicant"},{"kind":"register_role","register":"systems","field":"system","role":"admins"},{"kind":"post","ids":["T2","T1"]}],
	"choose":[{"step":"a","max":2},{"step":"b","from":[{"kind":"unit_head"},{"kind":"levels_up","n":2}]},{"step":"c","from":[{"kind":"field","field":"who"}]}]}`

// What holds for the whole flow goes through its form to the letter, whatever it is: all of it,
// nothing of it, and what is wrong in every way.
func TestTheSettingsOfAFlowGoThroughTheirFormUnchanged(t *testing.T) {
	for name, settings := range map[string]string{
		"all":     allSettings,
		"nothing": `{}`,
		"plain":   `{"withdraw":"always","take_back":"0wd"}`,
		"usual":   `{"withdraw":"undecided","take_back":"5wd"}`,
		"wrong": `{"withdraw":"sometimes","take_back":"soon","separate":[["nowhere","a"],["a"]],"officers":[{"kind":"same_as","step":"a"},{"kind":"chosen","apart":true},{"kind":"stranger"}],
			"choose":[{"step":"nowhere","from":[{"kind":"applicant"}]},{"step":"a","from":[{"kind":"unit_head"}]},{"step":"a","from":[{"kind":"manager_of"}]}]}`,
	} {
		d := settingsOf(t, settings)
		f, err := d.SettingsForm()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sameFilledIn(t, name, d, f, func(v forms.Values) (workflow.Flow, error) { return d.FillSettings(v), nil })
	}
}

// Every member of a flow is one of the type's, its steps, or a setting that can be filled in: a
// new member has to be decided on.
func TestEveryMemberOfAFlowIsFilledInSomewhere(t *testing.T) {
	theTypes := []string{"Key", "Version", "Child", "Unsigned"}
	settings := map[string]string{"Withdraw": SettingWithdraw, "TakeBack": SettingTakeBack, "Separate": SettingSeparate, "Registry": SettingRegistry, "Officers": SettingOfficers, "Choose": SettingChoose}
	d := settingsOf(t, `{}`)
	d.names.form.Number = &Numbering{Pattern: "M-{n:4}"}
	f, err := d.SettingsForm()
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	for _, g := range f.Groups {
		asked = append(asked, g.Setting)
	}
	if !slices.Equal(asked, FlowSettings()) {
		t.Errorf("the form asks for %v", asked)
	}
	flow := reflect.TypeFor[workflow.Flow]()
	for i := range flow.NumField() {
		name := flow.Field(i).Name
		if name == "Root" || slices.Contains(theTypes, name) {
			continue
		}
		if !slices.Contains(FlowSettings(), settings[name]) {
			t.Errorf("nobody can fill in %s", name)
		}
		delete(settings, name)
	}
	if len(settings) > 0 {
		t.Errorf("no members: %v", settings)
	}
}

// Among whom is chosen goes with its step: where the step becomes another, away with it, and for
// a step that is not named yet it makes one that is.
func TestAmongWhomIsChosenGoesWithTheStep(t *testing.T) {
	d := settingsOf(t, `{"choose":[{"step":"a","from":[{"kind":"unit_head"}]},{"step":"b","from":[{"kind":"manager_of"}],"max":3}]}`)
	f, err := d.SettingsForm()
	if err != nil {
		t.Fatal(err)
	}
	picks := func() []forms.Row { return slices.Clone(f.Values["picks"].([]forms.Row)) }
	among := func() []forms.Row { return slices.Clone(f.Values["picks_from"].([]forms.Row)) }
	with := func(picks, among []forms.Row) string {
		flow := d.FillSettings(forms.Values{"withdraw": "always", "take_back": "usual", "picks": picks, "picks_from": among})
		b, err := json.Marshal(flow.Choose)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if got, want := with(picks()[1:], among()), `[{"step":"b","from":[{"kind":"manager_of"}],"max":3}]`; got != want {
		t.Errorf("a step taken away: %s", got)
	}
	renamed := picks()
	renamed[0] = forms.Row{forms.RowID: renamed[0][forms.RowID], "chosen_step": "c"}
	if got, want := with(renamed, among()), `[{"step":"c","from":[{"kind":"unit_head"}]},{"step":"b","from":[{"kind":"manager_of"}],"max":3}]`; got != want {
		t.Errorf("another step: %s", got)
	}
	more := append(among(), forms.Row{forms.RowID: "abcd2345", "chosen_step": "c", "way": "role", "role": "organisation/security_officer"})
	if got, want := with(picks(), more), `[{"step":"a","from":[{"kind":"unit_head"}]},{"step":"b","from":[{"kind":"manager_of"}],"max":3},{"step":"c","from":[{"kind":"role","role":"security_officer","module":"organisation"}]}]`; got != want {
		t.Errorf("a step that was not named: %s", got)
	}
	moved := among()
	moved[0] = forms.Row{forms.RowID: moved[0][forms.RowID], "chosen_step": "b", "way": "unit_head", "of": "applicant"}
	if got, want := with(picks(), moved), `[{"step":"a"},{"step":"b","from":[{"kind":"unit_head"},{"kind":"manager_of"}],"max":3}]`; got != want {
		t.Errorf("moved to another step: %s", got)
	}
}

// A term of its own has to be named, and two duties at least are kept apart; both are said at
// their field.
func TestSettingsThatSayNothingAreRefused(t *testing.T) {
	f, err := settingsOf(t, `{}`).SettingsForm()
	if err != nil {
		t.Fatal(err)
	}
	if wrong := f.Wrong(f.Values); len(wrong) > 0 {
		t.Errorf("a flow without any: %v", wrong)
	}
	v := f.Values
	v["take_back"] = "term"
	v["separate"] = []forms.Row{{forms.RowID: "abcd2345", "apart_steps": []string{"a"}}}
	wrong := f.Wrong(v)
	if len(wrong) != 2 || wrong[0].Path() != "take_back_n" || wrong[1].Path() != "separate.1.apart_steps" {
		t.Errorf("refused: %v", wrong)
	}
}

// Whom a step names beside its own people is not asked for in ways that Compile always refuses.
func TestWhatIsAlwaysRefusedIsNotOffered(t *testing.T) {
	d := designOf(t, `{"step":{"id":"a","name":{"zh-TW":"甲"},"kind":"review","who":[{"kind":"unit_head"}]}}`)
	f, err := d.NodeForm("root", "")
	if err != nil {
		t.Fatal(err)
	}
	for table, asks := range map[string]bool{"who": true, "escalate": false, "alone_review": false, "choose_from": false} {
		_, apart := f.Form.Field(table + ".apart")
		way, _ := f.Form.Field(table + ".way")
		if apart != asks || slices.Contains(way.Options, "above") != asks || !slices.Contains(way.Options, "unit_head") {
			t.Errorf("%s asks for %v, apart: %v", table, way.Options, apart)
		}
	}
}

// Every member of a type is decided by the house with its flow, or comes with the program for a
// reason: a new member has to be decided on.
func TestEveryMemberOfATypeIsTheHousesOrTheProgramsForAReason(t *testing.T) {
	const (
		name, form, hook, archive, reserved = "what it is called and who finds it", "it names fields of the form", "a hook of the program goes by it", "the archive is filed by it", "papers under its numbers exist"
	)
	rules := map[string]string{"Correct": SettingCorrect, "KeepDeadlines": SettingKeep}
	programs := map[string]string{
		"Key": name, "Version": name, "Title": name, "FormNo": name, "Edition": name, "Issued": name, "Module": name, "Offered": name, "Openers": name, "Writers": name, "Minutes": name,
		"Class": archive, "Facets": archive, "Filing": archive, "Subject": form, "SubjectIn": form, "RowTitle": form, "WorkList": form, "Derived": form, "Proposed": form, "Oral": form, "Once": form,
		"Form": form, "Closing": hook, "Handover": hook, "DocumentChange": hook, "Lends": hook, "Disposes": hook, "Imported": hook, "Reading": hook, "Paper": reserved, "PaperOf": reserved,
	}
	typ := reflect.TypeFor[Type]()
	for i := range typ.NumField() {
		switch member := typ.Field(i).Name; {
		case member == "Flow", member == "Number": // the flow's own test; of the number when it is given is asked, the pattern is reserved by papers
		case rules[member] == "" && programs[member] == "":
			t.Errorf("whose is %s to decide?", member)
		case rules[member] != "" && !slices.Contains(FlowSettings(), rules[member]):
			t.Errorf("nobody can fill in %s", member)
		}
	}
}
