package text

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/text/near"
)

// matrix is the published matrix.
func (f *figures) matrix() (*faults.Report, error) {
	if f.report != nil {
		return f.report, nil
	}
	text, err := os.ReadFile(filepath.Join(f.root, "docs", "fault-matrix.json"))
	if err != nil {
		return nil, err
	}
	report := new(faults.Report)
	if err := json.Unmarshal(text, report); err != nil {
		return nil, fmt.Errorf("docs/fault-matrix.json: %w", err)
	}
	f.report = report
	return report, nil
}

// matrixTable returns the table of the matrix without the text around it.
func (f *figures) matrixTable() (string, error) {
	report, err := f.matrix()
	if err != nil {
		return "", err
	}
	var table strings.Builder
	for line := range strings.Lines(faults.Markdown(faults.Columns(f.all), faults.All(), report.Cells)) {
		if strings.HasPrefix(line, "|") {
			table.WriteString(line)
		}
	}
	return table.String(), nil
}

// brief is the brief table of some rows, by their faults' names.
func (f *figures) brief(rows []string) (string, error) {
	var chosen []faults.Fault
	for _, row := range rows {
		fault, err := findFault(row)
		if err != nil {
			return "", err
		}
		chosen = append(chosen, fault)
	}
	report, err := f.matrix()
	if err != nil {
		return "", err
	}
	columns := slices.DeleteFunc(faults.Columns(f.all), func(c faults.Column) bool { return c.GRPC })
	return faults.Brief(columns, chosen, report.Cells), nil
}

// findFault returns the row of a fault's name or title.
func findFault(row string) (faults.Fault, error) {
	var titles []string
	for _, fault := range faults.All() {
		if fault.Name == row || fault.Title == row {
			return fault, nil
		}
		titles = append(titles, fault.Name, fault.Title)
	}
	return faults.Fault{}, fmt.Errorf("from: no row %q in the matrix; did you mean %q?", row, near.Name(row, titles))
}

// cell returns the text of a cell of the matrix, or one figure of its median run.
func (f *figures) cell(q query) (string, error) {
	fault, err := findFault(q.values["row"])
	if err != nil {
		return "", err
	}
	stage, err := q.number("stage")
	if err != nil {
		return "", err
	}
	report, err := f.matrix()
	if err != nil {
		return "", err
	}
	for _, cell := range report.Cells {
		if cell.Fault == fault.Name && cell.Stage == stage && cell.Over == q.values["over"] {
			return cellText(cell, q.what)
		}
	}
	return "", fmt.Errorf("from: the matrix has no cell of stage %d", stage)
}

func cellText(cell faults.Cell, what string) (string, error) {
	if what == "" {
		return cell.String(), nil
	}
	median, ok := cell.Median()
	if !ok {
		return "", errors.New("from: that cell was not measured")
	}
	switch what {
	case "failed":
		return strconv.Itoa(median.Failed), nil
	case "sent":
		return strconv.Itoa(median.Sent), nil
	case "recovery":
		return median.Recovery.String(), nil
	}
	return "", fmt.Errorf("from: a cell has no %s; it has failed, sent and recovery", what)
}
