package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// flowSettings are what holds for the whole of a flow, as template "flow-settings" lists it.
type flowSettings struct {
	Lines  []settingLine
	Former string // the version that it is compared with, "" for none
	Edit   string // where they are changed, "" where they are only looked at
}

// settingLine is one of them.
type settingLine struct {
	ID       string // on the page
	Label    string
	Says     []string
	Was      string // what it is in the version compared with, where that is something else
	Problems []string
	Warnings []string // which keep it from nothing
}

// settingID is the id that a setting has on the page.
func settingID(setting string) string { return "s-" + notInID.Replace(setting) }

// settingTexts are what the settings are called.
var settingTexts = map[string]string{
	ismskit.SettingWithdraw: "flows.withdraw", ismskit.SettingTakeBack: "flows.take_back", ismskit.SettingOfficers: "flows.officers",
	ismskit.SettingRegistry: "flows.registry", ismskit.SettingSeparate: "flows.separate", ismskit.SettingChoose: "flows.picks",
	ismskit.SettingCorrect: "flows.correct", ismskit.SettingKeep: "flows.keep_deadlines", ismskit.SettingNumberAt: "flows.number_at",
}

// settings says what holds for the whole of a flow, what is wrong with it, and what was
// otherwise in the version it is compared with.
func (p *Pages) settings(r *http.Request, d ismskit.Design) flowSettings {
	v := picturing{p: p, r: r, d: d}
	var out flowSettings
	if d.Former != nil {
		out.Former = p.text(r, "flows.version", "Version", d.Former.Version)
	}
	for _, setting := range d.Settings() {
		line := settingLine{ID: settingID(setting), Label: p.text(r, settingTexts[setting]), Says: v.setting(d.Flow, d.Rules, setting)}
		for _, problem := range d.Problems {
			if problem.Setting() == setting {
				line.Problems = append(line.Problems, p.in(r, problem.Text))
			}
		}
		if slices.Contains(d.Unheld, setting) {
			line.Warnings = []string{p.text(r, "flows.unheld")}
		}
		if d.Former != nil {
			if was := v.setting(d.Former.Flow, d.Former.Rules, setting); !slices.Equal(was, line.Says) {
				line.Was = strings.Join(was, p.text(r, "word.list"))
			}
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// setting says one of them in words.
func (v *picturing) setting(flow workflow.Flow, rules ismskit.TypeRules, setting string) []string {
	switch setting {
	case ismskit.SettingWithdraw:
		if key, known := withdrawTexts[flow.Withdraw]; known {
			return []string{v.p.text(v.r, key)}
		}
		return []string{string(flow.Withdraw)}
	case ismskit.SettingTakeBack:
		switch flow.TakeBack {
		case "":
			return []string{v.p.text(v.r, "flows.take_back_usual")}
		case workflow.TakeBackNever:
			return []string{v.p.text(v.r, "flows.take_back_never")}
		}
		return []string{v.p.text(v.r, "flows.take_back_term", "Term", v.p.term(v.r, flow.TakeBack))}
	case ismskit.SettingOfficers:
		return v.whoLines(flow.Officers, "flows.officers_none", "")
	case ismskit.SettingRegistry:
		return v.whoLines(flow.Registry, "flows.registry_none", "flows.else_who")
	case ismskit.SettingSeparate:
		var out []string
		for _, group := range flow.Separate {
			out = append(out, v.steps(group))
		}
		if len(out) == 0 {
			out = []string{v.p.text(v.r, "flows.separate_none")}
		}
		return out
	}
	if said := v.rule(rules, setting); said != "" {
		return []string{said}
	}
	var out []string
	for _, pick := range flow.Choose {
		out = append(out, v.pick(pick))
	}
	if len(out) == 0 {
		out = []string{v.p.text(v.r, "flows.picks_none")}
	}
	return out
}

// rule says a rule of the type in words, "" for what is none.
func (v *picturing) rule(rules ismskit.TypeRules, setting string) string {
	text := func(key string, args ...any) string { return v.p.text(v.r, key, args...) }
	switch setting {
	case ismskit.SettingCorrect:
		return text("flows.correct_within", "Term", v.p.term(v.r, rules.CorrectWithin().String()))
	case ismskit.SettingKeep:
		if rules.KeepDeadlines {
			return text("flows.keep_deadlines_yes")
		}
		return text("flows.keep_deadlines_no")
	case ismskit.SettingNumberAt:
		if rules.NumberAt == ismskit.NumberAtApproval {
			return text("flows.number_approval")
		}
		return text("flows.number_submit")
	}
	return ""
}

var withdrawTexts = map[workflow.Withdrawal]string{
	"": "flows.withdraw_always", workflow.WithdrawAlways: "flows.withdraw_always", workflow.WithdrawUndecided: "flows.withdraw_undecided", workflow.WithdrawNever: "flows.withdraw_never",
}

// whoLines are ways to find people, a line each; then is how those after the first are worded.
func (v *picturing) whoLines(all []workflow.Who, none, then string) []string {
	if len(all) == 0 {
		return []string{v.p.text(v.r, none)}
	}
	out := make([]string, len(all))
	for i, w := range all {
		if out[i] = v.d.Who(w, v.p.lang(v.r)); i > 0 && then != "" {
			out[i] = v.p.text(v.r, then, "Who", out[i])
		}
	}
	return out
}

// pick says for which step people are chosen, among whom and how many.
func (v *picturing) pick(pick workflow.Pick) string {
	said := v.d.Called(pick.Step, v.p.lang(v.r))
	if said == "" {
		said = v.p.text(v.r, "flows.unchosen")
	}
	var rules []string
	if len(pick.From) > 0 {
		rules = append(rules, v.p.text(v.r, "flows.picks_from", "Who", strings.Join(v.whoLines(pick.From, "", ""), v.p.text(v.r, "word.list"))))
	}
	if pick.Max > 0 {
		rules = append(rules, v.p.text(v.r, "flows.picks_max", "N", pick.Max))
	}
	if len(rules) == 0 {
		return said
	}
	return v.p.text(v.r, "flows.picks_rules", "Step", said, "Rules", strings.Join(rules, v.p.text(v.r, "word.comma")))
}
