package cosign

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/witness"
)

// errSeen is the error of a proof that begins elsewhere than where the cosigner stands.
var errSeen = errors.New("cosign: the proof begins elsewhere")

// Handler has a cosigner answer over the network, at add-checkpoint: what [Remote] asks. It
// needs no sign-in: it signs only what its house has signed and what goes on from what it saw.
// Log receives what it refused.
type Handler struct {
	Cosigner *witness.Cosigner
	Log      *slog.Logger
}

// ServeHTTP implements http.Handler.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/add-checkpoint" {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST a checkpoint", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
	if err != nil {
		http.Error(w, "too large, or cut off", http.StatusBadRequest)
		return
	}
	old, proof, signed, ok := readMessage(body)
	c, err := checkpointIn(signed)
	if !ok || err != nil || old > c.Size {
		http.Error(w, "no checkpoint with its proof", http.StatusBadRequest)
		return
	}
	cosigned, signs, err := h.Cosigner.Cosign(signed, func(older int64) ([]evidence.Digest, error) {
		if older != old {
			return nil, errSeen
		}
		return proof, nil
	})
	lines := signatureIn(cosigned, h.Cosigner.Verifier())
	if err == nil && !signs {
		err = errSeen // it has seen a later one
	}
	switch {
	case err == nil:
		if _, err := io.WriteString(w, lines); err != nil {
			h.Log.InfoContext(r.Context(), "cosign: answer broken off", "error", err)
		}
		return
	case errors.Is(err, errSeen):
		w.Header().Set("Content-Type", sizeType)
		w.WriteHeader(http.StatusConflict)
		if _, err := fmt.Fprintf(w, "%d\n", h.Cosigner.Last().Size); err != nil {
			h.Log.InfoContext(r.Context(), "cosign: answer broken off", "error", err)
		}
		return
	}
	h.Log.WarnContext(r.Context(), "cosign: refused a checkpoint", "origin", c.Origin, "size", c.Size, "error", err)
	switch {
	case errors.Is(err, witness.ErrFork):
		http.Error(w, "the log does not go on from what was seen", http.StatusUnprocessableEntity)
	case errors.Is(err, evidence.ErrSignature):
		http.Error(w, "not signed by the house", http.StatusForbidden)
	default:
		http.Error(w, "it could not be signed", http.StatusInternalServerError)
	}
}

// signatureIn is the line of a note that a key has just signed: the last with its name.
func signatureIn(cosigned []byte, key string) string {
	name, _, _ := strings.Cut(key, "+")
	own := ""
	for line := range strings.Lines(string(cosigned)) {
		if strings.HasPrefix(line, "— "+name+" ") {
			own = line
		}
	}
	return own
}
