package postgres

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/ismskit/ismskit/storage"
	"github.com/ismskit/ismskit/storage/internal/cells"
)

// decode turns a result, which came as text, into cells.
func decode(r *pgconn.Result) (storage.Rows, error) {
	rows := make([][]any, len(r.Rows))
	for i, raw := range r.Rows {
		row := make([]any, len(raw))
		for j, b := range raw {
			v, err := cell(b, r.FieldDescriptions[j].DataTypeOID)
			if err != nil {
				return nil, fmt.Errorf("postgres: column %s: %w", r.FieldDescriptions[j].Name, err)
			}
			row[j] = v
		}
		rows[i] = row
	}
	return cells.New(rows), nil
}

func cell(b []byte, oid uint32) (any, error) {
	if b == nil {
		return nil, nil
	}
	switch oid {
	case pgtype.Int8OID, pgtype.Int4OID, pgtype.Int2OID:
		return strconv.ParseInt(string(b), 10, 64)
	case pgtype.BoolOID:
		return string(b) == "t", nil
	case pgtype.ByteaOID:
		digits, ok := strings.CutPrefix(string(b), `\x`)
		if !ok {
			return nil, fmt.Errorf("bytes not in hex: bytea_output is not hex")
		}
		return hex.DecodeString(digits)
	}
	return string(b), nil
}
