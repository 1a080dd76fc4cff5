package document

import (
	"errors"
	"strings"
)

// Refusals is everything that document control does not accept at once. Each is found
// by errors.As as well.
type Refusals []*Refusal

// Error renders the refusals in English.
func (r Refusals) Error() string {
	parts := make([]string, len(r))
	for i, one := range r {
		parts[i] = one.Error()
	}
	return strings.Join(parts, "; ")
}

// Unwrap gives the single ones.
func (r Refusals) Unwrap() []error {
	out := make([]error, len(r))
	for i, one := range r {
		out[i] = one
	}
	return out
}

// AsRefusals are the refusals of which an error consists; ok is false for any other error.
func AsRefusals(err error) (refusals Refusals, ok bool) {
	if errors.As(err, &refusals) {
		return refusals, true
	}
	var one *Refusal
	if errors.As(err, &one) {
		return Refusals{one}, true
	}
	return nil, false
}
