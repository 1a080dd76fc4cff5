package postgres

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/ismskit/ismskit/storage"
	"github.com/ismskit/ismskit/storage/internal/cells"
)

// decode turns a result into cells.
func decode(r *pgconn.Result) (storage.Rows, error) {
	rows := make([][]any, len(r.Rows))
	for i, raw := range r.Rows {
		row := make([]any, len(raw))
		for j, b := range raw {
			f := r.FieldDescriptions[j]
			read := textCell
			if f.Format == 1 {
				read = binaryCell
			}
			if b == nil {
				continue
			}
			v, err := read(b, f.DataTypeOID)
			if err != nil {
				return nil, fmt.Errorf("postgres: column %s: %w", f.Name, err)
			}
			row[j] = v
		}
		rows[i] = row
	}
	return cells.New(rows), nil
}

var errWidth = errors.New("a number of unexpected width")

func binaryCell(b []byte, oid uint32) (any, error) {
	switch oid {
	case pgtype.Int8OID:
		if len(b) != 8 {
			return nil, errWidth
		}
		return int64(binary.BigEndian.Uint64(b)), nil
	case pgtype.Int4OID:
		if len(b) != 4 {
			return nil, errWidth
		}
		return int64(int32(binary.BigEndian.Uint32(b))), nil
	case pgtype.BoolOID:
		return len(b) == 1 && b[0] == 1, nil
	case pgtype.ByteaOID:
		return b, nil
	}
	return string(b), nil
}

func textCell(b []byte, oid uint32) (any, error) {
	switch oid {
	case pgtype.Int8OID, pgtype.Int4OID:
		return strconv.ParseInt(string(b), 10, 64)
	case pgtype.BoolOID:
		return string(b) == "t", nil
	case pgtype.ByteaOID:
		digits, ok := strings.CutPrefix(string(b), `\x`)
		if !ok {
			return nil, errors.New("bytea_output is not hex")
		}
		return hex.DecodeString(digits)
	}
	return string(b), nil
}
