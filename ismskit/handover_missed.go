package ismskit

import "github.com/ismskit/ismskit/forms"

// missed tells of the posts and roles for which a sheet names a successor and which the
// leaver did not have any more on his last day: they went to nobody by it.
func (h *handingOver) missed(all []Holding) {
	found := map[string]bool{}
	for _, held := range all {
		found[held.RowID()] = true
	}
	def := h.sheet.kind.Handover
	rows, _ := h.sheet.values[def.Items].([]forms.Row)
	for _, row := range rows {
		id, _ := row[forms.RowID].(string)
		kind, _ := row[def.Kind].(string)
		if what, ok := row[def.What].(string); ok && h.To[id] != "" && !found[id] && (HoldingKind(kind) == HoldsPost || HoldingKind(kind) == HoldsRole) {
			h.left = append(h.left, what)
		}
	}
}
