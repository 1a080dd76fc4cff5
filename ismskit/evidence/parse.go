package evidence

import (
	"bytes"
	"encoding/json"
	"errors"
)

// ParseCanonical reads canonical bytes: it refuses anything that Canonical would
// not have written for the value it holds. Objects become map[string]any, lists
// []any, integers int64; a time stays the string it is in JSON.
//
// Bytes that hold no value at all, or another form of one, are a *[ValueError] with
// reason NotCanonical; values that could never be canonical have the reason of
// Canonical.
func ParseCanonical(b []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, &ValueError{Reason: NotCanonical, Err: err}
	}
	again, err := AppendCanonical(make([]byte, 0, len(b)), v)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, b) { // also where more follows, or a key came twice
		return nil, fault(NotCanonical)
	}
	return withIntegers(v)
}

// withIntegers puts int64 where the decoder left numbers as text.
func withIntegers(v any) (any, error) {
	var failed error
	replace := func(item any) any {
		plain, err := withIntegers(item)
		failed = errors.Join(failed, err)
		return plain
	}
	switch v := v.(type) {
	case json.Number:
		return v.Int64()
	case map[string]any:
		for key, item := range v {
			v[key] = replace(item)
		}
	case []any:
		for i, item := range v {
			v[i] = replace(item)
		}
	}
	return v, failed
}
