package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/forms"
)

// missed tells of the posts and roles for which a sheet names a successor and which the
// leaver did not have any more on his last day: they went to nobody by it. What passed in
// an earlier try is the successor's by now.
func (h *handingOver) missed(ctx context.Context, all []Holding) error {
	def := h.sheet.kind.Handover
	has := map[string][]Holding{} // what those who were named have, each read once
	rows, _ := h.sheet.values[def.Items].([]forms.Row)
	for _, row := range rows {
		id, _ := row[forms.RowID].(string)
		kind, _ := row[def.Kind].(string)
		what, ok := row[def.What].(string)
		if !ok || h.To[id] == "" || HoldingKind(kind) != HoldsPost && HoldingKind(kind) != HoldsRole {
			continue
		}
		is := func(held Holding) bool { return held.RowID() == id }
		if slices.ContainsFunc(all, is) {
			continue
		}
		his, read := has[h.To[id]]
		if !read {
			var err error
			if his, err = h.k.holdings(ctx, System("queue"), h.To[id], h.at); err != nil {
				return err
			}
			has[h.To[id]] = his
		}
		if !slices.ContainsFunc(his, is) {
			h.left = append(h.left, NotHanded{
				Key: keyMissed + id, Row: id, What: thing(HoldingKind(kind), forms.Text{h.k.cfg.Lang: what}), Over: true, Why: sayAll("handover.why_lost", func(string) map[string]string { return nil }),
			})
		}
	}
	return nil
}
