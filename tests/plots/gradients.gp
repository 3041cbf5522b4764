# Written by nngrad. Change it as you like: 'gnuplot FILE.gp' draws the picture again, and
# 'gnuplot -c FILE.gp -' writes it to standard output.

set encoding utf8
set terminal svg size 880,406 enhanced rounded font 'sans-serif,14' fontscale 1.1 background '#ffffff'
if (!exists('ARGC') || ARGC == 0) set output 'gradients.svg'

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

$layers1 << END
0 0.0445032424 0.404355101
1 0.0645490491 0.279850492
2 0.0689167527 0.183849056
3 0.0663261614 0.113308455
4 0.0600223492 0.0805191382
5 0.052909689 0.0683892148
6 0.0462917226 0.0623719606
END
$layers2 << END
0 0.045990833 0.405128342
1 0.0603526708 0.292161441
2 0.0425776011 0.307986885
3 0.0612806388 0.154669433
4 0.0993819362 0.185294329
5 0.0770259713 0.176415198
6 0.0673358406 0.157075535
END
set multiplot title 'Size of the gradient by layer' font ',16'
unset key

set lmargin at screen 0.1182
set rmargin at screen 0.4659
set tmargin at screen 0.7734
set bmargin at screen 0.2611
set title 'gd'
set xlabel 'epochs'
set xrange [0:6]
set xtics autofreq
set logscale y
set format y '%g'
set yrange [0.0370557:0.465499]
set ytics (0.05, 0.1, 0.2)
set ylabel '|∂L/∂(W, b)|'
plot $layers1 using 1:2 with linespoints linetype 1, \
     $layers1 using 1:3 with linespoints linetype 2

set lmargin at screen 0.6182
set rmargin at screen 0.9659
set tmargin at screen 0.7734
set bmargin at screen 0.2611
set title 'adam'
set xlabel 'epochs'
set xrange [0:6]
set xtics autofreq
set logscale y
set format y '%g'
set yrange [0.0370557:0.465499]
set ytics (0.05, 0.1, 0.2)
set ylabel ''
plot $layers2 using 1:2 with linespoints linetype 1, \
     $layers2 using 1:3 with linespoints linetype 2

set lmargin at screen 0.02
set rmargin at screen 0.98
set tmargin at screen 0.0936
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
plot NaN with lines linetype 1 title 'layer 1', \
     NaN with lines linetype 2 title 'layer 2'
unset multiplot
