package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"strings"

	"github.com/ismskit/ismskit/forms"
)

// named gives the rows of tables that come without an identity one that follows
// from the Idempotency-Key. The form would make a random one, and the same
// request sent again would no longer be the same.
func named(form *forms.Form, values json.RawMessage, person, key string) json.RawMessage {
	if key == "" || len(values) == 0 {
		return values
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(values, &fields) != nil {
		return values // no object: the form will say so
	}
	changed := false
	for field, value := range fields {
		if info, ok := form.Field(field); !ok || !info.Table {
			continue
		}
		if rows, ok := namedRows(value, person+"\x00"+key+"\x00"+field); ok {
			fields[field], changed = rows, true
		}
	}
	if !changed {
		return values
	}
	out, err := json.Marshal(fields)
	if err != nil {
		return values
	}
	return out
}

func namedRows(value json.RawMessage, seed string) (json.RawMessage, bool) {
	var rows []json.RawMessage
	if !bytes.HasPrefix(value, []byte("[")) || json.Unmarshal(value, &rows) != nil {
		return nil, false
	}
	changed := false
	for i, row := range rows {
		var cells map[string]json.RawMessage
		if !bytes.HasPrefix(row, []byte("{")) || json.Unmarshal(row, &cells) != nil {
			return nil, false
		}
		if _, ok := cells[forms.RowID]; ok || len(cells) == 0 {
			continue
		}
		cells[forms.RowID] = json.RawMessage(`"` + rowID(seed, i) + `"`)
		named, err := json.Marshal(cells)
		if err != nil {
			return nil, false
		}
		rows[i], changed = named, true
	}
	if !changed {
		return nil, false
	}
	out, err := json.Marshal(rows)
	return out, err == nil
}

// rowID is as long as those of the form: forty bits.
func rowID(seed string, i int) string {
	sum := sha256.Sum256(binary.BigEndian.AppendUint32([]byte(seed), uint32(i)))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}
