package print

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// Paper says of a case that was signed on paper where its original lies. It is nil for
// one that was signed in the system.
func Paper(p *ismskit.Paper, in forms.Locale) []Fact {
	if p == nil {
		return nil
	}
	state := say(in.Lang, "paper.kept")
	if p.Lost {
		state = say(in.Lang, "paper.lost")
	}
	return []Fact{
		{Label: say(in.Lang, "paper.place"), Text: p.Place}, {Label: say(in.Lang, "paper.keeper"), Text: p.Keeper},
		{Label: say(in.Lang, "paper.state"), Text: state},
	}
}

// Differs says which fields and rows of an entry are not those of the request that was sent
// online; "" for none.
func Differs(all []ismskit.PaperDifference, in forms.Locale) string {
	keys := map[ismskit.PaperState]string{ismskit.PaperChanged: "paper.differs_cell", ismskit.PaperAdded: "paper.differs_added", ismskit.PaperRemoved: "paper.differs_removed"}
	parts := make([]string, len(all))
	for i, d := range all {
		if parts[i] = d.Label.In(in.Lang); d.Row > 0 {
			parts[i] = say(in.Lang, keys[d.State], "label", parts[i], "row", strconv.Itoa(d.Row))
		}
	}
	return strings.Join(parts, say(in.Lang, "paper.differs_and"))
}

// onSheet is the same with what the entry says otherwise than the request that was sent online.
func onSheet(p *ismskit.Paper, in forms.Locale) []Fact {
	out := Paper(p, in)
	if p != nil && len(p.Differs) > 0 {
		out = append(out, Fact{Label: say(in.Lang, "paper.differs"), Text: Differs(p.Differs, in)})
	}
	return out
}
