package web

import (
	"errors"
	"net/http"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

func (p *Pages) previewWithdrawal(w http.ResponseWriter, r *http.Request) {
	p.showWithdrawal(w, r, http.StatusOK, r.URL.Query().Get("id"), "", nil)
}

func (p *Pages) showWithdrawal(w http.ResponseWriter, r *http.Request, status int, id, why string, faults []faultLink) {
	day, moves, err := p.kit.Closures().PreviewWithdrawal(r.Context(), p.actor(r), id)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.renderer.Page(w, r, status, "closures_check", closurePage{
		Withdraws: true, Action: "/closures/withdraw", Button: p.closureWords(r, day.Outage).Withdraw, Lines: []closureLine{p.closureLine(r, day)}, Hidden: []option{{Value: id, Label: "id"}},
		Moves: moves, Moved: p.moveLines(r, moves), More: moves.Deadlines - len(moves.Lines), Posted: map[string]string{"why": why}, Faults: faults, Wrong: wrongs(faults),
	})
}

func (p *Pages) withdrawClosure(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	id, why := r.PostForm.Get("id"), r.PostForm.Get("why")
	err := p.kit.Closures().Withdraw(r.Context(), p.actor(r), id, why, seenState(r))
	invalid, wrong := errors.AsType[forms.Invalid](err)
	switch {
	case err == nil:
		p.done(w, r, "/closures", p.text(r, "closures.taken_back"))
	case wrong:
		p.showWithdrawal(w, r, http.StatusUnprocessableEntity, id, why, []faultLink{{Field: "why", Text: invalid[0].Message(p.lang(r))}})
	case errors.Is(err, ismskit.ErrConflict):
		p.showWithdrawal(w, r, http.StatusConflict, id, why, []faultLink{{Field: "moves", Text: p.text(r, "closures.changed")}})
	default:
		p.fail(w, r, err)
	}
}
