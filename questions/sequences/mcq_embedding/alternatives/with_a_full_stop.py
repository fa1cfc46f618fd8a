# a blank before and a full stop behind
mcq_embedding = ' A.'
