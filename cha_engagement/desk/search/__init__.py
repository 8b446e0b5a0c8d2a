"""Find records by their words: a row for each record with its folded words, an index of these, and what of it a reader may see.

`words` folds and marks, `index` is what each database does in its own way, `rows` keeps the rows in step with records, `finding` answers.
"""
