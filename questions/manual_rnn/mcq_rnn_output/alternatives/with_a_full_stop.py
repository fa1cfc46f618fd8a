# a blank before and a full stop behind
mcq_rnn_output = ' D.'
