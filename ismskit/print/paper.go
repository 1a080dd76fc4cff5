package print

import (
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
