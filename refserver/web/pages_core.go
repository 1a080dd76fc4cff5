package web

import "net/http"

// registerCore puts the pages of daily work on a mux.
func (p *Pages) registerCore(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", p.todo)
	mux.HandleFunc("GET /sent", p.sent)
	mux.HandleFunc("GET /overview", p.overview)
	mux.HandleFunc("GET /changes", p.systemChanges)
	mux.HandleFunc("GET /checkpoints", p.checkpoints)
	mux.HandleFunc("POST /checkpoints", p.signCheckpoint)
	mux.HandleFunc("GET /checkpoints/audit", p.auditForm)
	mux.HandleFunc("POST /checkpoints/audit", p.audit)
	mux.HandleFunc("GET /checkpoints/{number}/note", p.checkpointNote)
	mux.HandleFunc("GET /apply", p.applyIndex)
	mux.HandleFunc("GET /apply/{type}", p.blankForm)
	mux.HandleFunc("GET /apply/{type}/blank", p.printBlank)
	mux.HandleFunc("POST /apply/{type}", p.postNew)
	mux.HandleFunc("GET /trial", p.newTrial)
	mux.HandleFunc("POST /trial", p.postTrial)
	mux.HandleFunc("GET /migration", p.migration)
	mux.HandleFunc("POST /migration", p.migrate)
	mux.HandleFunc("GET /cases/{id}/edit", p.editForm)
	mux.HandleFunc("POST /cases/{id}/edit", p.postEdit)
	mux.HandleFunc("GET /kept/{id}", p.keptForm)
	mux.HandleFunc("POST /kept/{id}", p.takeUp)
	mux.HandleFunc("POST /kept/{id}/drop", p.dropKept)
	mux.HandleFunc("GET /answers", p.answers)
	mux.HandleFunc("GET /find/people", p.peopleFound)
	mux.HandleFunc("GET /cases/{id}", p.showCase)
	mux.HandleFunc("GET /cases/{id}/amend", p.amendRecord)
	mux.HandleFunc("POST /cases/{id}/amend", p.putAmendment)
	mux.HandleFunc("POST /cases/{id}/act", p.act)
	mux.HandleFunc("GET /cases/{id}/files/{digest}", p.download)
	mux.HandleFunc("GET /handling", p.handling)
	mux.HandleFunc("GET /batch", p.batch)
	mux.HandleFunc("POST /batch", p.signBatch)
	mux.HandleFunc("GET /cases/{id}/print", p.printCase)
}

// answers says that a form may come now: somebody is signed in, and the storage
// answers. The script asks before it lets a form go.
func (p *Pages) answers(w http.ResponseWriter, r *http.Request) {
	if _, err := p.kit.Queue().Count(r.Context(), p.actor(r), 1, 1); err != nil {
		p.fail(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
