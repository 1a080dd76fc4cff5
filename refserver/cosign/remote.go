// Package cosign asks a witness on another machine to sign checkpoints beside the house, and is
// such a witness: by the protocol of witnesses of transparency logs (C2SP tlog-witness,
// add-checkpoint), with signatures as the notes of package evidence have them.
package cosign

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/witness"
)

// Limits of what is exchanged with a witness: a checkpoint with its proof is far below.
const (
	maxMessage = 64 << 10
	maxProof   = 63 // hashes: a log of 2^63 leaves needs no more
	patience   = 30 * time.Second

	// sizeType is how a witness tells how far it has seen the log.
	sizeType = "text/x.tlog.size"
)

// Remote is an ismskit.Witness that asks one elsewhere; [Handler] is what answers it. It is safe
// for concurrent use.
type Remote struct {
	url    string
	key    string // of the witness
	name   string
	client *http.Client
}

// NewRemote makes one for a witness's address, http or https, and its public key as
// evidence.Signer.Verifier gives it: what anybody else signs counts as nothing.
func NewRemote(address, key string) (*Remote, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, fmt.Errorf("cosign: %q is no address like https://witness.example", address)
	}
	if _, err := evidence.OpenNote(nil, key); errors.Is(err, evidence.ErrKey) {
		return nil, fmt.Errorf("cosign: %w", err)
	}
	name, _, _ := strings.Cut(key, "+")
	return &Remote{
		url: strings.TrimSuffix(address, "/") + "/add-checkpoint", key: key, name: name,
		client: &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// Name implements ismskit.Witness.
func (r *Remote) Name() string { return "cosigner " + r.name }

// Witness implements ismskit.Witness. A checkpoint that comes after a later one goes back
// unsigned; a log that the witness finds to be another, or shorter, is witness.ErrFork.
func (r *Remote) Witness(ctx context.Context, signed []byte, prove witness.Prover) ([]byte, error) {
	c, err := checkpointIn(signed)
	if err != nil {
		return nil, err
	}
	// How far it has seen the log it says itself, where that is not from the beginning.
	lines, seen, err := r.ask(ctx, 0, nil, signed)
	if err == nil && lines == nil {
		if seen > c.Size {
			return signed, nil
		}
		var proof []evidence.Digest
		if proof, err = prove(seen); err != nil {
			return nil, err
		}
		lines, seen, err = r.ask(ctx, seen, proof, signed)
	}
	if err != nil {
		return nil, err
	}
	if lines == nil {
		return nil, fmt.Errorf("cosign: it has seen the log as far as %d meanwhile", seen)
	}
	cosigned := bytes.Clone(signed)
	if !bytes.HasSuffix(signed, append([]byte("\n"), lines...)) { // it may have signed this very note before
		cosigned = append(cosigned, lines...)
	}
	n, err := evidence.OpenNote(cosigned, r.key)
	if err != nil {
		return nil, fmt.Errorf("cosign: it does not sign with the key that is known of it: %w", err)
	}
	if text, _ := evidence.NoteText(signed); n.Text != text {
		return nil, fmt.Errorf("cosign: %w", evidence.ErrSignature)
	}
	return cosigned, nil
}

// ask sends a checkpoint. It returns the lines of signatures, or nil and how far the witness has
// seen the log, where that isn't as far as old.
func (r *Remote) ask(ctx context.Context, old int64, proof []evidence.Digest, signed []byte) (lines []byte, seen int64, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(message(old, proof, signed)))
	if err != nil {
		return nil, 0, err
	}
	request.Header.Set("Content-Type", "text/plain; charset=utf-8")
	response, err := r.client.Do(request)
	if err != nil {
		return nil, 0, fmt.Errorf("cosign: %w", err)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxMessage))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return nil, 0, fmt.Errorf("cosign: %w", err)
	}
	switch {
	case response.StatusCode == http.StatusOK && len(body) > 0:
		return body, 0, nil
	case response.StatusCode == http.StatusConflict && response.Header.Get("Content-Type") == sizeType:
		seen, err = strconv.ParseInt(strings.TrimSuffix(string(body), "\n"), 10, 64)
		if err != nil || seen < 0 {
			return nil, 0, fmt.Errorf("cosign: it says that it has seen %q", body)
		}
		return nil, seen, nil
	case response.StatusCode == http.StatusUnprocessableEntity:
		return nil, 0, fmt.Errorf("%w: it answers %s", witness.ErrFork, response.Status)
	}
	return nil, 0, fmt.Errorf("cosign: it answers %s", response.Status)
}

// message is a checkpoint on its way: from which size on, the proof, and the note.
func message(old int64, proof []evidence.Digest, signed []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", old)
	for _, d := range proof {
		b.WriteString(base64.StdEncoding.EncodeToString(d[:]) + "\n")
	}
	b.WriteByte('\n')
	b.Write(signed)
	return b.Bytes()
}

// readMessage reads what message writes.
func readMessage(body []byte) (old int64, proof []evidence.Digest, signed []byte, ok bool) {
	head, signed, found := bytes.Cut(body, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	size, sized := strings.CutPrefix(lines[0], "old ")
	old, err := strconv.ParseInt(size, 10, 64)
	if !found || !sized || err != nil || old < 0 || strconv.FormatInt(old, 10) != size || len(lines) > 1+maxProof {
		return 0, nil, nil, false
	}
	for _, line := range lines[1:] {
		var d evidence.Digest
		b, err := base64.StdEncoding.Strict().DecodeString(line)
		// Written again, for base64 reads over a carriage return.
		if err != nil || len(b) != len(d) || base64.StdEncoding.EncodeToString(b) != line {
			return 0, nil, nil, false
		}
		copy(d[:], b)
		proof = append(proof, d)
	}
	return old, proof, signed, true
}

// checkpointIn reads what a signed checkpoint says.
func checkpointIn(signed []byte) (evidence.Checkpoint, error) {
	text, ok := evidence.NoteText(signed)
	if !ok {
		return evidence.Checkpoint{}, evidence.ErrCheckpoint
	}
	return evidence.ParseCheckpoint(text)
}
