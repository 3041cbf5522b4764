# Written by nngrad. Change it as you like: 'gnuplot FILE.gp' draws the picture again, and
# 'gnuplot -c FILE.gp -' writes it to standard output.

set encoding utf8
set terminal svg size 700,478 enhanced rounded font 'sans-serif,14' fontscale 1.1 background '#ffffff'
if (!exists('ARGC') || ARGC == 0) set output 'loss_runs.svg'

set border 3 linecolor rgb '#404040'
set tics nomirror scale 0.6
set key below center horizontal reverse Left samplen 3
set xlabel offset 0, 0.4
set minussign
set errorbars small
set grid linecolor rgb '#e4e4e4' linetype 1 linewidth 1
set linetype 1 linecolor rgb '#0072B2' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 2 linecolor rgb '#D55E00' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 3 linecolor rgb '#009E73' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 4 linecolor rgb '#CC79A7' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 5 linecolor rgb '#E69F00' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 6 linecolor rgb '#56B4E9' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 7 linecolor rgb '#000000' linewidth 2 dashtype 2 pointtype 7 pointsize 0.6
set linetype 8 linecolor rgb '#F0E442' linewidth 2 dashtype 4 pointtype 7 pointsize 0.6
set linetype cycle 8

$curve1 << END
0 1.67667028 1.68345083
1 1.53855562 1.5421648
2 1.46886833 1.47042534
3 1.43707235 1.43773763
4 1.42214439 1.4226418
5 1.41283763 1.41343314
6 1.40575894 1.40648992
END
$curve2 << END
0 1.67667028 1.68345083
1 1.4183832 1.41968339
2 1.34770896 1.35244716
3 1.29967039 1.31558369
4 1.16515356 1.18294067
5 1.02480059 1.03480305
6 0.914467326 0.932136053
END
set multiplot title 'Loss by epoch' font ',16'
unset key

set lmargin at screen 0.1486
set rmargin at screen 0.9571
set tmargin at screen 0.8996
set bmargin at screen 0.2218
set title ''
set xlabel 'epochs'
set xrange [0:6]
set xtics autofreq
unset logscale y
set format y '%g'
set yrange [0:1.71421]
set ytics autofreq
set ylabel 'loss'
plot $curve1 using 1:2 with linespoints linetype 1, \
     $curve1 using 1:3 with linespoints linetype 1 dashtype 3, \
     $curve2 using 1:2 with linespoints linetype 2, \
     $curve2 using 1:3 with linespoints linetype 2 dashtype 3

set lmargin at screen 0.02
set rmargin at screen 0.98
set tmargin at screen 0.0795
set bmargin at screen 0
unset title
unset xlabel
unset ylabel
unset tics
unset border
unset logscale
set key center center horizontal width 2
set xrange [0:1]
set yrange [0:1]
plot NaN with lines linetype 1 title 'gd', \
     NaN with lines linetype 2 title 'adam', \
     NaN with lines linecolor rgb '#404040' linewidth 2 dashtype 3 title 'validation'
unset multiplot
