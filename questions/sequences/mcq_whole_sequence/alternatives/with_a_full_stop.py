# a blank before and a full stop behind
mcq_whole_sequence = ' C.'
