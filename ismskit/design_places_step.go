package ismskit

import (
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/workflow"
)

// plainControls are the fields that fill in a place of a node by themselves.
var plainControls = map[string]string{
	"name": "name_zh", "kind": "kind", "who": "who", "need": "need", "need.kind": "need", "need.n": "need_n", "need.percent": "need_percent", "need.in_order": "in_order",
	"need.weights": "weights", "due.term": "due_n", "due.from": "due_from", "remind": "due_n", "remind.every": "every_n", "remind.max": "remind_max",
	"timeout.after": "timeout_n", "timeout.until": "timeout_until", "timeout.then": "timeout_then", "timeout.reason": "timeout_reason_zh",
	"edit": "edit", "require": "require", "hide": "hide", "material": "material_fields", "return_to": "return_to", "resubmit": "resubmit", "on_reject": "on_reject",
	"same_signer": "same_signer", "results": "results", "on_unable": "on_unable", "outside": "outside", "outside.when": "outside_when", "not_same_as": "not_same_as",
	"alone.review": "alone_review", "alone.due.term": "alone_n", "without": "without", "in_person": "in_person", "reauth": "reauth", "certificate": "certificate", "batch": "batch",
	"extend": "due_n", "extend.max": "extend_max", "extend.each": "each_n", "extend.total": "total_n", "extend.tiers": "tiers",
	"join": "join", "join.kind": "join", "join.n": "join_n", "cases": "cases", "over": "over", "type": "type", "until": "until", "max": "passes", "at_max": "at_max",
}

// stepControl is the control of a step's form that a place is about.
func stepControl(s workflow.Step, at nodePlace) string {
	switch at.table {
	case "who":
		return at.whoRow("who", whoAt(s.Who, at.n), at.n+1)
	case "alone.review":
		return at.whoRow("alone_review", whoAt(aloneReview(s), at.n), at.n+1)
	case "remind.before":
		return at.row("remind", map[string]string{"": "remind_n"})
	case "remind.escalate":
		if member, to := strings.CutPrefix(at.within, "to"); to {
			at.within = strings.TrimPrefix(member, ".")
			return at.whoRow("escalate", whoAt(escalateWho(s), at.n), at.n+1)
		}
		return at.row("escalate", map[string]string{"after": "late_n"})
	case "choose":
		return pickControl("choose", s.Choose, at)
	case "extend.tiers":
		return tierControl(s.Extend, at)
	case "results":
		return resultControl(s.Results, at)
	}
	if id, weight := strings.CutPrefix(at.table, "need.weights."); weight {
		return inRow("weights", 1+slices.Index(slices.Sorted(maps.Keys(s.Need.Weights)), id), "weight_n")
	}
	return plainControls[at.plain]
}

// tierControl is the control of a tier: each of its ways is a row of its own.
func tierControl(e *workflow.Extend, at nodePlace) string {
	if e == nil || at.n < 0 || at.n >= len(e.Tiers) {
		return "tiers"
	}
	row := 1 + slices.IndexFunc(tierRows(e), func(t tierRow) bool { return t.place == at.n+1 })
	who := placeOf(at.within)
	if who.table == "who" && who.n >= 0 {
		return who.whoRow("tiers", whoAt(e.Tiers[at.n].Who, who.n), row+who.n)
	}
	if at.within == "up_to" {
		return inRow("tiers", row, "up_to_n")
	}
	return inRow("tiers", row, "way")
}

// resultControl is the control of a result, or of one of its conditions.
func resultControl(all []workflow.Result, at nodePlace) string {
	if at.n < 0 || at.n >= len(all) {
		return "results"
	}
	_, rules := apartResults(all)
	rule := placeOf(at.within)
	nth := func(what string, n int) int {
		for i, r := range rules {
			if r.place == at.n+1 && r.what == what {
				if n--; n < 0 {
					return i + 1
				}
			}
		}
		return 0
	}
	switch rule.table {
	case "when":
		return inRow("result_if", nth(resultOffered, 0), "if_when")
	case "require_if":
		column := "if_when"
		if strings.HasPrefix(rule.within, "fields") {
			column = "if_fields"
		}
		return inRow("result_if", nth(resultRequires, rule.n), column)
	}
	return at.row("results", map[string]string{"key": "result_key", "text": "text_zh", "require": "result_require"})
}
